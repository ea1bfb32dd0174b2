// The plotting library as the gateway serves it beside the page.
export { default } from 'uplot';
