// The style sheet of the overview page, served on its own so that the page's policy can forbid
// everything inline.
export const overviewStyle = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 80rem; margin: 0 auto; padding: 1rem; }
h1 small { font-weight: normal; font-size: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; }
main { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #8886; }
td { overflow-wrap: anywhere; }
thead th { white-space: nowrap; }
meter { width: 8rem; vertical-align: middle; }
`;
