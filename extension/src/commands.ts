/** Names of the classroom's commands. */
export namespace CommandIDs {
  /** Show the side panel. */
  export const showPanel = 'llm-classroom:show-panel';
  /** Open the roadmap as a map; `topic` selects one. */
  export const openMap = 'llm-classroom:open-map';
  export const exportProgress = 'llm-classroom:export-progress';
  export const importProgress = 'llm-classroom:import-progress';
  /** Those below take `course` and `assignment`. */
  export const fetch = 'llm-classroom:fetch';
  /** Open a fetched assignment's notebook; takes `notebook` too, the first by default. */
  export const open = 'llm-classroom:open';
  export const submit = 'llm-classroom:submit';
  /** Check all notebooks in fresh kernels. */
  export const checkAll = 'llm-classroom:check-all';
  /** History, files and receipt of an assignment in the main area. */
  export const openAssignment = 'llm-classroom:open-assignment';
  /** Show an assignment's folder in the file browser. */
  export const showFolder = 'llm-classroom:show-folder';
  /** Fetch what feedback is ready, and show it; `submission` chooses one. */
  export const openFeedback = 'llm-classroom:open-feedback';
  /** Check the current notebook in a fresh kernel. */
  export const checkNotebook = 'llm-classroom:check-notebook';
  /** Move to the cell of `gradeId` in the notebook at `path`. */
  export const goToQuestion = 'llm-classroom:go-to-question';
}
