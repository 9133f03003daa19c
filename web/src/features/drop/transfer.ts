/** What is in a drop or a paste. */

/** The first image among pasted or dropped things; null when there is none (text, say). */
export function imageFrom(transfer: DataTransfer | null): File | null {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith('image/')) ?? files[0] ?? null;
}

/** Whether something dragged over the page may be an image: files can only be read once dropped. */
export function carriesFile(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** All files among pasted or dropped things, and whether there were folders, whose files nobody can read here. */
export function filesFrom(transfer: DataTransfer): { files: File[]; hasFolder: boolean } {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const isFolder = (item: DataTransferItem): boolean => item.webkitGetAsEntry()?.isDirectory === true;
  const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
  return { files: files.filter((file) => file !== null), hasFolder: items.some(isFolder) };
}
