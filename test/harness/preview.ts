/** The stable JSON of the preview commands, as other programs read it. */
export interface UpJson {
  stack: string;
  pr: number;
  url: string;
  urls: Record<string, string>;
  imageTag: string;
  services: { name: string; image: string; digest: string; taskDefinition: string; deploymentId: string }[];
  result: "created" | "updated" | "unchanged";
  changes: Record<string, number>;
  expiresAt: string;
  durationMs: number;
}

export interface DestroyJson {
  stack: string;
  pr: number;
  result: "destroyed" | "absent";
  deleted: number;
  durationMs: number;
}

export interface ListedJson {
  pr: number;
  stack: string;
  imageTag: string;
  url: string;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  status: string;
}

export interface StatusJson {
  running: boolean;
  pid: number;
  url: string;
  registry: string;
  endpoint: string;
  services: { service: string; host?: string; running: number; healthy: number; desired: number }[];
}

export interface ImageJson {
  image: string;
  repository: string;
  tag: string;
  digest: string;
}
