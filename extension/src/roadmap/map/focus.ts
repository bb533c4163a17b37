import { ISelection } from './layout';

/** Move the focus to a node that is drawn somewhere below `root`. */
export function focusNode(root: HTMLElement | null, node: ISelection): void {
  const drawn = root?.querySelectorAll<HTMLElement>('[data-node]') ?? [];
  [...drawn].find(each => each.dataset.node === nameOf(node))?.focus();
}

/** What a node's button is known by. */
export function nameOf({ id, kind }: ISelection): string {
  return `${kind}/${id}`;
}
