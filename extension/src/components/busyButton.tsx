import * as React from 'react';

/**
 * A button that does nothing while it is busy.
 *
 * It is not disabled then, for a disabled button loses the focus: who works with the keyboard
 * would start again at the top of the page. The second click of a double click does nothing either:
 * by then it may stand for another action, which nobody asked for.
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
      onClick={event => {
        if (!isBusy && event.detail < 2) {
          onClick?.(event);
        }
      }}
    />
  );
}
