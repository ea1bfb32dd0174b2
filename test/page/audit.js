// Runs in the page: the contrast of every text that is seen against what it stands on (WCAG 2.2,
// 1.4.3). Evaluates to one line for each that is too weak.
(() => {
  const canvas = document.createElement('canvas');
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  if (brush === null) return ['no canvas'];

  /** Any CSS colour as red, green, blue, alpha. @param {string} colour */
  const channels = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = brush.getImageData(0, 0, 1, 1).data;
    return { red, green, blue, alpha: alpha / 255 };
  };

  /** @typedef {ReturnType<typeof channels>} Channels */

  /** @param {Channels} colour */
  const luminance = ({ red, green, blue }) => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  /** The nearest ground that nothing shines through; the page's own is opaque. @param {Element} start */
  const ground = (start) => {
    for (let at = /** @type {Element | null} */ (start); at !== null; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.alpha > 0.99) return colour;
    }
    return channels('white');
  };

  const weak = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (element === null || (text.textContent ?? '').trim() === '') continue;
    if (!element.checkVisibility() || element.closest('.unseen, script, datalist')) continue;
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const lights = [luminance(channels(style.color)), luminance(ground(element))];
    const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    if (ratio < (large ? 3 : 4.5)) {
      weak.add(`${ratio.toFixed(2)} "${(text.textContent ?? '').trim()}" in .${element.className}`);
    }
  }
  return [...weak];
})();
