// Where the server is.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** What the search depends on besides the settings. */
export interface Surroundings {
  path: string;
  home: string;
  platform: NodeJS.Platform;
  /** Paths in settings are relative to it. */
  folder: string | undefined;
}

export function surroundings(folder: string | undefined): Surroundings {
  return { path: process.env["PATH"] ?? "", home: homedir(), platform: process.platform, folder };
}

/** The program: as the setting says, or the first in `PATH`, or where cargo installs programs. */
export function findServer(setting: string, around: Surroundings): string | undefined {
  const named = setting.trim();
  if (named !== "") {
    return findNamed(named, around);
  }
  const cargo = join(around.home, ".cargo", "bin");
  return search("trilith", [...directories(around), cargo], around);
}

function findNamed(named: string, around: Surroundings): string | undefined {
  const expanded = named.startsWith("~/") ? join(around.home, named.slice(2)) : named;
  if (isAbsolute(expanded)) {
    return isProgram(expanded) ? expanded : undefined;
  }
  const isName = !expanded.includes("/") && !expanded.includes("\\");
  if (isName) {
    return search(expanded, directories(around), around);
  }
  const inFolder = around.folder === undefined ? undefined : join(around.folder, expanded);
  return inFolder !== undefined && isProgram(inFolder) ? inFolder : undefined;
}

function directories(around: Surroundings): string[] {
  // An empty entry means the current directory, from which no program is started.
  return around.path.split(delimiter).filter((directory) => isAbsolute(directory));
}

function search(name: string, where: string[], around: Surroundings): string | undefined {
  const file = around.platform === "win32" && !name.endsWith(".exe") ? `${name}.exe` : name;
  return where.map((directory) => join(directory, file)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
