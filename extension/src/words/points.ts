import { TranslationBundle } from '@jupyterlab/translation';

/** Points without a tail of digits; a dash where nobody knows them. */
export function amount(points: number | null): string {
  return points === null ? '–' : String(rounded(points));
}

/** Points with their sign. */
export function signed(points: number): string {
  return points < 0 ? `−${amount(-points)}` : `+${amount(points)}`;
}

/** Such as `1 point`, `2.5 points`. */
export function pointsText(trans: TranslationBundle, points: number): string {
  return trans._n('%1 point', '%1 points', rounded(points));
}

/** Points that were earned, of those there are; without a maximum, those that were earned. */
export function scoreText(
  trans: TranslationBundle,
  score: number | null,
  max: number | null
): string {
  return max === null && score !== null
    ? pointsText(trans, score)
    : trans.__('%1 of %2 points', amount(score), amount(max));
}

/** To a hundredth. */
function rounded(points: number): number {
  return Math.round(points * 100) / 100;
}
