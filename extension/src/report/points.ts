import { Api } from '../api';

/**
 * Share of a question's points that its findings earn: passed weight over all weight, none if a
 * gate failed. The rule is that of autograder/checks/verdict.py.
 */
export function fractionOf(findings: readonly Api.IFinding[]): number {
  if (findings.some(finding => finding.gate && !finding.passed)) {
    return 0;
  }
  const weighted = findings.filter(finding => !finding.gate);
  const total = sum(weighted);
  if (total <= 0) {
    return findings.length > 0 ? 1 : 0;
  }
  return sum(weighted.filter(finding => finding.passed)) / total;
}

/** Points that a report tells, or that its findings earn of a cell's `points`. */
export function pointsOf(
  report: Api.IQuestionReport,
  points: number | null
): { earned: number; maximum: number } | null {
  if (report.points !== null && report.max_points !== null) {
    return { earned: report.points, maximum: report.max_points };
  }
  if (points === null || report.findings.length === 0) {
    return null;
  }
  const earned = Math.round(fractionOf(report.findings) * points * 1e6) / 1e6;
  return { earned: Math.min(points, earned), maximum: points };
}

function sum(findings: readonly Api.IFinding[]): number {
  return findings.reduce((total, finding) => total + (finding.weight ?? 1), 0);
}
