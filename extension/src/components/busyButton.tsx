import * as React from 'react';

/**
 * A button that does nothing while it is busy.
 *
 * It is not disabled then, for a disabled button loses the focus: who works with the keyboard
 * would start again at the top of the page.
 */
export function BusyButton({
  isBusy,
  className = '',
  onClick,
  ...others
}: React.ButtonHTMLAttributes<HTMLButtonElement> & {
  isBusy: boolean;
}): React.JSX.Element {
  return (
    <button
      {...others}
      type="button"
      className={`jp-mod-styled ${className}`}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? undefined : onClick}
    />
  );
}
