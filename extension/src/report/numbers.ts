/**
 * Write a number as Python's `format(value, '.{digits}g')` does, so that a report reads the same
 * here as in plain text.
 */
export function formatNumber(value: number, digits = 4): string {
  if (value === 0) {
    return Object.is(value, -0) ? '-0' : '0';
  }
  const [mantissa, power] = roundHalfEven(value, digits).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+';
    const places = String(Math.abs(exponent)).padStart(2, '0');
    return `${withoutZeros(mantissa)}e${sign}${places}`;
  }
  const rounded = Number(`${mantissa}e${exponent}`);
  return withoutZeros(rounded.toFixed(Math.max(0, digits - 1 - exponent)));
}

/** Points, with as many digits as Python's `:g` shows. */
export function formatPoints(value: number): string {
  return formatNumber(value, 6);
}

/** `value.toExponential(digits - 1)`; of two that are as near, the even one, as in Python. */
function roundHalfEven(value: number, digits: number): string {
  // A tie has few digits, so this is the number itself and not an approximation of it.
  const [mantissa, exponent] = value.toExponential(40).split('e');
  const rest = mantissa.replace(/^-?\d\./, '').slice(digits - 1);
  if (!/^50*$/.test(rest)) {
    return value.toExponential(digits - 1);
  }
  const kept = mantissa.slice(0, mantissa.length - rest.length);
  const isEven = '02468'.includes(kept.replace(/\.$/, '').slice(-1));
  return isEven
    ? `${kept.replace(/\.$/, '')}e${exponent}`
    : value.toExponential(digits - 1);
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
