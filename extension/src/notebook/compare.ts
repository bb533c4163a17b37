import { Api } from '../api';
import { IOpenCell } from './cells';

/** What became of a released cell. */
export interface IDamage {
  gradeId: string;
  /**
   * Whether it is gone, reads otherwise than it was released, or is there more than once, of which
   * only the last is graded.
   */
  kind: 'missing' | 'edited' | 'twice';
  /** Whether the cell carries points. */
  graded: boolean;
}

/**
 * Find what a student should know before the notebook is graded.
 *
 * Every released cell must be there. Those that grading replaces must read as they were released,
 * except the parameters, which an assignment invites to be changed.
 */
export function compare(
  released: readonly Api.IReleasedCell[],
  cells: readonly IOpenCell[]
): IDamage[] {
  const found = new Map<string, IOpenCell[]>();
  for (const cell of cells) {
    found.set(cell.gradeId, [...(found.get(cell.gradeId) ?? []), cell]);
  }
  return released.flatMap(cell => {
    const { grade_id: gradeId, graded } = cell;
    const kind = damageOf(cell, found.get(gradeId) ?? []);
    return kind ? [{ gradeId, kind, graded }] : [];
  });
}

function damageOf(
  cell: Api.IReleasedCell,
  here: readonly IOpenCell[]
): IDamage['kind'] | null {
  if (here.length === 0) {
    return 'missing';
  }
  if (isReplaced(cell) && !isAsReleased(cell, here[here.length - 1])) {
    return 'edited';
  }
  return here.length > 1 ? 'twice' : null;
}

/** Whether grading puts the released source in place of the student's. */
export function isReplaced(cell: Api.IReleasedCell): boolean {
  return (
    (cell.locked || cell.graded) && !cell.solution && !isParameters(cell)
  );
}

/** Whether the student has written nothing into a released answer. */
export function isUntouched(
  released: Api.IReleasedCell | undefined,
  cell: IOpenCell
): boolean {
  return released !== undefined && isAsReleased(released, cell);
}

function isAsReleased(released: Api.IReleasedCell, cell: IOpenCell): boolean {
  return (
    released.cell_type === cell.type &&
    lines(released.source) === lines(cell.source)
  );
}

function isParameters(cell: Api.IReleasedCell): boolean {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) && tags.includes('parameters');
}

function lines(source: string): string {
  return source.replace(/\r\n?/g, '\n').trimEnd();
}
