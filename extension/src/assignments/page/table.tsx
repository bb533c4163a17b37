import * as React from 'react';

/** A table that scrolls by itself where the page is narrow. */
export function Table(props: {
  caption: string;
  columns: string[];
  children: React.ReactNode;
}): React.JSX.Element {
  const { caption, columns, children } = props;
  return (
    // Reached by Tab, so that the arrow keys can scroll it.
    <div
      className="jp-llm-assignment-table"
      role="region"
      aria-label={caption}
      tabIndex={0}
    >
      <table>
        <caption className="jp-llm-visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </div>
  );
}
