/**
 * `--format gitlab`: the report of GitLab's Code Quality (`artifacts:reports:codequality`), an array of issues; `[]` for a clean run, which is
 * what resolves the issues of before. Paths are those from the root of the project (`CI_PROJECT_DIR`), without `./`; `<stdin>` stays what it
 * is. What could not be linted is a `blocker` of the check `plimsoll`: a merge request shows the report, and not the log of the job.
 *
 * SPEC: gitlab-org/gitlab, app/validators/json_schemas/codeclimate.json and lib/gitlab/ci/reports/codequality_reports.rb (2026): of two
 * issues with one fingerprint the last stays, and from the first issue on that is not as the schema has it nothing more is read.
 */
import type { Report } from '../engine/report.js';
import { issuesOf } from './codeclimate.js';
import { writeJsonList } from './json-list.js';
import type { Places } from './paths.js';

/** Writes the array with a call for each issue; the text ends in a line feed. */
export function gitlab(report: Report, write: (text: string) => void, places: Places): void {
  // GitLab shows the description and not the name of the check, which people need to look a rule up or to silence it.
  writeJsonList(write, issuesOf(report, places), ({ finding: _, ...issue }) => ({
    ...issue,
    description: `${issue.description} [${issue.check_name}]`,
  }));
  write('\n');
}
