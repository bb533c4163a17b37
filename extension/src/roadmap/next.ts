import { Api } from '../api';
import { IRecord, isPassed, isRead, progressOfTopic } from './progress';
import {
  byDueDate,
  canWork,
  hasFeedback,
  IMoment,
  isAvailable,
  isClosed,
  isStuck,
  isWaiting
} from './work';

/** What to do next, and why. */
export type Step =
  | {
      readonly kind:
        | 'feedback' /** ready to be read */
        | 'changed' /** the release changed since it was fetched */
        | 'due' /** soon due, or overdue, and not submitted */
        | 'begun' /** fetched and not submitted */
        | 'improve' /** graded with less than half of the points */
        | 'assignment' /** next in its topic */
        | 'practice' /** can earn nothing any more */
        | 'grading' /** submitted; nothing to do but wait */
        | 'release' /** not to be had yet */;
      readonly assignment: Api.IAssignment;
      readonly topic: string | null;
    }
  | {
      readonly kind: 'prerequisite';
      readonly assignment: Api.IAssignment;
      readonly before: Api.IAssignment;
      readonly topic: string | null;
    }
  | {
      readonly kind: 'read';
      readonly resource: Api.IResource;
      readonly topic: string;
      /** Whether the topic was begun before. */
      readonly begun: boolean;
    };

/** Recommend one step: null when all is done. Pure, and the same for the same record. */
export function nextStep(record: IRecord, moment: IMoment): Step | null {
  const all = [...record.assignments].sort(byDueDate(moment.now));
  return (
    first(all.filter(hasFeedback), 'feedback', record) ??
    urgent(all, record, moment) ??
    begun(all, record, moment) ??
    nextInOrder(all, record, moment) ??
    otherAssignment(all, record, moment) ??
    first(
      all.filter(a => isStuck(a, moment)),
      'practice',
      record
    ) ??
    first(all.filter(isWaiting), 'grading', record) ??
    first(
      all.filter(a => !isPassed(a)),
      'release',
      record
    )
  );
}

/** The topic in which the student did something last, else the first. */
export function currentTopic(record: IRecord): Api.ITopic | undefined {
  const topics = topicsOf(record);
  let latest: Api.ITopic | undefined;
  let at = -Infinity;
  for (const topic of topics) {
    const times = topic.resources
      .filter(resource => isRead(record, resource.id))
      .map(resource => Date.parse(record.read[resource.id]));
    for (const assignment of record.assignments) {
      if (assignment.submitted && assignment.topics[0] === topic.id) {
        times.push(Date.parse(assignment.submitted));
      }
    }
    // A time that is none, as an import may bring, counts as long ago.
    const time = Math.max(...times.map(t => (isNaN(t) ? 0 : t)));
    if (time > at) {
      at = time;
      latest = topic;
    }
  }
  return latest ?? topics[0];
}

function urgent(
  all: readonly Api.IAssignment[],
  record: IRecord,
  moment: IMoment
): Step | null {
  const limit = moment.now.getTime() + moment.soon;
  for (const assignment of all) {
    if (isPassed(assignment) || isClosed(assignment, moment)) {
      continue;
    }
    if (
      assignment.folder &&
      assignment.released &&
      assignment.release_changed
    ) {
      return step('changed', assignment, record);
    }
    const due = assignment.due !== null && Date.parse(assignment.due) <= limit;
    if (due && assignment.submissions === 0 && isAvailable(assignment)) {
      return step('due', assignment, record);
    }
  }
  return null;
}

function begun(
  all: readonly Api.IAssignment[],
  record: IRecord,
  moment: IMoment
): Step | null {
  for (const assignment of all) {
    if (assignment.folder && canWork(assignment, moment)) {
      const kind = assignment.submissions > 0 ? 'improve' : 'begun';
      return step(kind, assignment, record);
    }
  }
  const topic = currentTopic(record);
  const others = topicsOf(record).filter(other => other !== topic);
  for (const each of topic ? [topic, ...others] : others) {
    if (progressOfTopic(each, record).state === 'begun') {
      const found = nextInTopic(each, all, record, moment);
      if (found) {
        return found;
      }
    }
  }
  return null;
}

function nextInOrder(
  all: readonly Api.IAssignment[],
  record: IRecord,
  moment: IMoment
): Step | null {
  const parts = record.roadmap.parts;
  const here = currentTopic(record);
  const part = parts.findIndex(p => p.topics.some(t => t === here));
  const from = Math.max(0, part);
  const inOrder = [...parts.slice(from), ...parts.slice(0, from)];
  for (const topic of inOrder.flatMap(p => p.topics)) {
    const found = nextInTopic(topic, all, record, moment);
    if (found) {
      return found;
    }
  }
  return null;
}

/** Something to read first, then what puts it to work, then the rest to read. */
function nextInTopic(
  topic: Api.ITopic,
  all: readonly Api.IAssignment[],
  record: IRecord,
  moment: IMoment
): Step | null {
  const { read, state } = progressOfTopic(topic, record);
  const resource = topic.resources.find(r => !isRead(record, r.id));
  const reading: Step | null = resource
    ? { kind: 'read', resource, topic: topic.id, begun: state === 'begun' }
    : null;
  if (reading && read === 0) {
    return reading;
  }
  const assignment = all.find(
    a => a.topics.includes(topic.id) && canWork(a, moment)
  );
  return assignment
    ? prerequisiteFirst(assignment, all, record, moment, topic.id)
    : reading;
}

/** What belongs to no topic of the roadmap. */
function otherAssignment(
  all: readonly Api.IAssignment[],
  record: IRecord,
  moment: IMoment
): Step | null {
  const assignment = all.find(a => canWork(a, moment));
  return assignment
    ? prerequisiteFirst(
        assignment,
        all,
        record,
        moment,
        topicOf(assignment, record)
      )
    : null;
}

/** The assignment itself, or what its author wants done before, however far back. */
function prerequisiteFirst(
  assignment: Api.IAssignment,
  all: readonly Api.IAssignment[],
  record: IRecord,
  moment: IMoment,
  topic: string | null
): Step {
  let now = assignment;
  // A circle of prerequisites ends where it began.
  const seen = new Set([now]);
  for (;;) {
    const wanted = all.find(
      a =>
        a.course === now.course &&
        now.prerequisites.includes(a.id) &&
        canWork(a, moment) &&
        !seen.has(a)
    );
    if (!wanted) {
      break;
    }
    seen.add(wanted);
    now = wanted;
  }
  return now === assignment
    ? { kind: 'assignment', assignment, topic }
    : {
        kind: 'prerequisite',
        assignment: now,
        before: assignment,
        topic: topicOf(now, record)
      };
}

function first(
  found: readonly Api.IAssignment[],
  kind: 'feedback' | 'practice' | 'grading' | 'release',
  record: IRecord
): Step | null {
  return found.length > 0 ? step(kind, found[0], record) : null;
}

function step(
  kind: Exclude<Step['kind'], 'read' | 'prerequisite'>,
  assignment: Api.IAssignment,
  record: IRecord
): Step {
  return { kind, assignment, topic: topicOf(assignment, record) };
}

function topicOf(assignment: Api.IAssignment, record: IRecord): string | null {
  const known = new Set(topicsOf(record).map(topic => topic.id));
  return assignment.topics.find(topic => known.has(topic)) ?? null;
}

function topicsOf(record: IRecord): Api.ITopic[] {
  return record.roadmap.parts.flatMap(part => part.topics);
}
