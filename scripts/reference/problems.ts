/**
 * Reference page: problems, from src/base/problem.ts and src/api/status.ts.
 */
import { RETRY_AFTER, STATUS } from '#api/status.ts'
import { PROBLEMS, type ProblemCode } from '#base/problem.ts'
import { REFUSALS } from '#domain/admission.ts'
import { code, table } from './markdown.ts'

export function problemsPage(): string {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  const rows = codes.map((one) => {
    const wait = RETRY_AFTER[one]
    const status = wait === undefined ? `${STATUS[one]}` : `${STATUS[one]}, Retry-After ${wait}`
    return [code(one), status, PROBLEMS[one]]
  })
  const refusals = Object.entries(REFUSALS).map(([name, about]) => [code(name), about])
  return `# Problems

Every answer of the API that is no success is a JSON object with ${code('code')}, ${code('message')}, ${code('fields')} and ${code('requestId')}; the log has the same id. Programs read the code.

${table(['code', 'HTTP', 'what it means'], rows)}

## Why an application was refused

The application is told the same thing whatever the reason. The audit has one of these words.

${table(['reason', 'what it means'], refusals)}`
}
