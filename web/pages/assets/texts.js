// The texts of the catalogue that a page hands to its script.
export function textsOf(element) {
  const all = JSON.parse(element.dataset.texts);
  const text = (key, values = {}) => {
    const found = all[key];
    if (found === undefined) throw new Error(key);
    return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
  text.counted = (key, n, values = {}) => text(key + (n === 1 ? ".one" : ".other"), { n, ...values });
  return text;
}
