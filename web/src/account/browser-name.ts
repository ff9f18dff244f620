/** What a browser calls itself, made readable: `Firefox on Linux`. */
export function browserName(agent: string | null): string | undefined {
  if (!agent) return undefined;
  const browser = [
    ['Edg/', 'Edge'],
    ['OPR/', 'Opera'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ].find(([sign]) => sign !== undefined && agent.includes(sign))?.[1];
  const system = [
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS X', 'macOS'],
    ['Linux', 'Linux'],
  ].find(([sign]) => sign !== undefined && agent.includes(sign))?.[1];
  if (!browser) return agent.slice(0, 60);
  return system ? `${browser}, ${system}` : browser;
}
