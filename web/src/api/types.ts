/**
 * The shapes of the API under the names that the web app uses; everything else imports them from here.
 *
 * They are generated from the server's OpenAPI (`make types`), so a change there is an error here.
 */

import type { components } from './schema';

type Schemas = components['schemas'];

/** What is not wanted is left out, never sent as null. */
type Given<T> = { [Name in keyof T]: Exclude<T[Name], null> };

export type Video = Schemas['Video'];
export type VideoStatus = Video['status'];
export type VideoStage = Video['stage'];
export type VideoKind = Video['kind'];
export type VideoError = Schemas['VideoError'];
export type Charged = VideoError['charged'];
export type Spritesheet = Schemas['SpriteSheet'];
export type VideoPage = Schemas['VideoPage'];
export type QueuedVideo = Schemas['WaitingVideo'];
export type Queue = Schemas['Queue'];
export type Lineage = Schemas['Family'];
export type CancelCost = Schemas['CancelTerms'];
export type Model = Schemas['ModelView'];
export type Models = Schemas['Models'];
export type MakerModels = Schemas['MakerModels'];
export type Provider = Schemas['ProviderView'];
/** A provider as administrators see and set it. */
export type AdminProvider = Schemas['AdminProvider'];
export type ProviderKind = Schemas['ProviderKind'];
export type ProviderValues = Partial<Schemas['ProviderCreate']> & { kind: string };
export type ProviderTry = Partial<Schemas['ProviderTry']> & { kind: string };
export type ProviderChanges = Partial<Schemas['ProviderChange']>;
export type Tried = Schemas['Tried'];
export type Defaults = Schemas['Defaults'];
export type Studio = Schemas['StudioInfo'];
export type User = Schemas['User'];
export type Me = Schemas['Me'];
export type SignedIn = Schemas['SignedIn'];
export type Session = Schemas['Session'];
export type VideoChanges = Schemas['VideoChange'];
export type Remix = Schemas['VideoRemix'];
export type BulkAction = Schemas['VideosChange']['action'];
export type Outcomes = Schemas['Outcomes'];

export type Collection = Schemas['Collection'];
export type Collections = Schemas['Collections'];

/** A film being made, with everything in it. */
export type Production = Schemas['Production'];
export type ProductionPage = Schemas['Productions'];
export type Scene = Schemas['Scene'];
export type Take = Schemas['Take'];
export type Step = Schemas['Step'];
export type StepStatus = Step['status'];
export type Stage = Production['stage'];
export type Quality = Production['quality'];
export type AspectRatio = Production['aspect_ratio'];
export type Estimate = Schemas['Estimate'];
export type Looks = Schemas['Looks'];
export type NewProduction = Given<Schemas['ProductionCreate']>;
export type ScriptScene = Given<Schemas['ScriptScene']>;
export type CutChange = Partial<Schemas['CutChange']>;
export type ProductionManifest = Schemas['ProductionManifest'];
export type ProductionChanges = Schemas['ProductionChange'];
export type Run = Given<Schemas['ProductionRun']>;
export type SceneChanges = Schemas['SceneChange'];
export type NewScene = Given<Schemas['SceneInsert']>;
/** Those steps of a scene that can be made by themselves. */
export type SceneStage = 'frames' | 'voices' | 'clips';

export type Budget = Schemas['Budget'];
export type PersonsBudget = Schemas['PersonsBudget'];
export type PeoplesBudgets = Schemas['PeoplesBudgets'];
export type Spend = Schemas['Spend'];
export type SpendRow = Schemas['SpendRow'];
export type SpendAmounts = Schemas['Amounts'];
export type SpendGroup = Spend['group'];

export type Asset = Schemas['Asset'];
export type AssetKind = Asset['kind'];
export type AssetPurpose = Asset['purpose'];
export type AssetPage = Schemas['AssetPage'];
export type AssetChanges = Given<Schemas['AssetChange']>;

/** Which assets; what is absent means "all". */
export type AssetFilter = Given<Omit<Schemas['AssetFilter'], 'limit' | 'cursor' | 'space'>>;

/** A range in seconds. */
export type Range = Schemas['Eta'];

/** What the library asks for; every field is optional and absent means "all". */
export type VideoFilter = Given<Omit<Schemas['VideoFilter'], 'limit' | 'offset' | 'cursor'>>;

/** A video to make. The picture to start from is sent as multipart. */
export type NewVideo = Given<Schemas['VideoCreate']> & { input_reference?: File };

export type ErrorBody = Pick<Schemas['Error'], 'success' | 'error' | 'code'> & {
  details?: Record<string, unknown>;
};
