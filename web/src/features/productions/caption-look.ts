/** How a caption style looks in a browser, as inline CSS in parts of its picture: what the film gets is drawn by ffmpeg. */
import type { AspectRatio, Looks } from '../../api/types';
import { ratioOf } from './label';

/** The server tells every part of a style; its schema says only what may be left out of one. */
type Whole<T> = T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;
export type CaptionStyle = Whole<Looks['caption_styles'][string]>;

/** From this height to width on a picture is watched on a phone, whose apps draw over its edges. */
const PHONE = 1.5;
const SAFE = 5;
const PHONE_SAFE = { top: 10, bottom: 18, sides: 8 };

/** An em as a part of the picture's shorter side, in percent: a fifth more where it stands upright. */
export function emOf(style: CaptionStyle, shape: AspectRatio): number {
  const tall = 1 / ratioOf(shape);
  const upright = Math.min(1, Math.max(0, (tall - 1) / (16 / 9 - 1)));
  return 100 * style.size * (1 + 0.2 * upright);
}

/** Where captions may be, in percent of the picture's sides. */
export function safeArea(shape: AspectRatio): { top: number; bottom: number; sides: number } {
  return 1 / ratioOf(shape) >= PHONE ? PHONE_SAFE : { top: SAFE, bottom: SAFE, sides: SAFE };
}

/** The letters, and what is around them. */
export function letters(style: CaptionStyle): string {
  const rules = [
    `color: ${style.colour}`,
    `font-weight: ${style.weight}`,
    `max-inline-size: ${style.longest_line}em`,
  ];
  if (style.case === 'upper') rules.push('text-transform: uppercase');
  if (style.outline) {
    // A stroke lies half inside of the letters, which are painted over it.
    rules.push(`-webkit-text-stroke: ${style.outline.width * 2}em ${style.outline.colour}`);
    rules.push('paint-order: stroke fill');
  }
  if (style.shadow) {
    const { offset, colour, opacity } = style.shadow;
    rules.push(`text-shadow: ${offset}em ${offset}em 0 ${withOpacity(colour, opacity)}`);
  }
  if (style.box) {
    const { colour, opacity, padding, radius } = style.box;
    rules.push(`background: ${withOpacity(colour, opacity)}`);
    rules.push(`padding: ${padding}em`, `border-radius: ${radius}em`);
  }
  return rules.join('; ');
}

/** The colour of a word when `lit` is the one that is heard. */
export function colourOf(style: CaptionStyle, word: number, lit: number): string {
  const { highlight } = style;
  const isLit = highlight?.filling === true ? word <= lit : word === lit;
  return highlight && isLit ? highlight.colour : style.colour;
}

/** How wide a letter of these faces is at most, on average, in em. */
const LETTER = 0.72;

/** The first words of a narration that two lines of the style hold. */
export function sampleOf(narration: string, { longest_line }: CaptionStyle): string[] {
  const room = (2 * longest_line) / LETTER;
  let length = 0;
  return narration
    .split(/\s+/u)
    .filter(Boolean)
    .filter((word, index) => {
      length += word.length + 1;
      return index === 0 || length <= room;
    });
}

const withOpacity = (colour: string, opacity: number): string =>
  colour +
  Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0');
