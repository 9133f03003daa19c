/** How good a new password is, judged by length alone: that is what makes it hard to guess. */

export type PasswordLevel = 'short' | 'ok' | 'good' | 'strong' | 'too-long';

/** bcrypt reads 72 bytes and no more; the server refuses longer ones rather than ignoring the rest. */
const MAX_BYTES = 72;

/** `missing`: how many characters it still needs. */
export function judge(password: string, minimum: number): { level: PasswordLevel; missing: number } {
  const length = [...password].length;
  if (new TextEncoder().encode(password).length > MAX_BYTES) return { level: 'too-long', missing: 0 };
  if (length < minimum) return { level: 'short', missing: minimum - length };
  if (length < Math.max(minimum + 1, 12)) return { level: 'ok', missing: 0 };
  return { level: length < 16 ? 'good' : 'strong', missing: 0 };
}
