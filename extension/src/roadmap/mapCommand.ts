import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { mainArea } from '../mainArea';
import { IContext } from './context';
import { roadmapIcon } from './icon';
import { MapModel } from './map/model';
import { RoadmapMap } from './map/widget';

type MapWidget = MainAreaWidget<RoadmapMap>;

/** Add the command that opens the map; there is one, which comes back with the Lab. */
export function addMapCommand(
  app: JupyterFrontEnd,
  context: IContext,
  labShell: ILabShell | null,
  restorer: ILayoutRestorer | null,
  translator: ITranslator | null
): void {
  const { commands, shell } = app;
  const { trans } = context;
  const tracker = new WidgetTracker<MapWidget>({
    namespace: 'llm-classroom-map'
  });
  commands.addCommand(CommandIDs.openMap, {
    label: trans.__('Open the Roadmap'),
    caption: trans.__('The whole course as a map: topics, notebooks, progress'),
    icon: args => (args.isPalette ? undefined : roadmapIcon),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          topic: {
            type: 'string',
            description: trans.__('Id of a topic to select')
          },
          notebook: {
            type: 'string',
            description: trans.__('Id of a seed notebook to select')
          },
          zoom: {
            type: 'number',
            description: trans.__('Size of the map; 1 is the natural one')
          }
        }
      }
    },
    execute: args => {
      const { notebook, topic, zoom } = args;
      let widget = tracker.find(() => true);
      if (!widget) {
        widget = newMap(context, translator);
        void tracker.add(widget);
        const added = widget;
        widget.content.model.changed.connect(() => void tracker.save(added));
      }
      const { model } = widget.content;
      if (typeof zoom === 'number') {
        model.zoom = zoom;
      }
      if (typeof topic === 'string') {
        model.selected = { kind: 'topic', id: topic };
      } else if (typeof notebook === 'string') {
        model.selected = { kind: 'notebook', id: notebook };
      }
      if (!widget.isAttached) {
        shell.add(widget, mainArea(labShell));
      }
      shell.activateById(widget.id);
      return widget;
    }
  });
  void restorer?.restore(tracker, {
    command: CommandIDs.openMap,
    args: ({ content: { model } }) => ({
      ...(model.selected && { [model.selected.kind]: model.selected.id }),
      ...(model.zoom !== null && { zoom: model.zoom })
    }),
    name: () => 'map'
  });
}

function newMap(context: IContext, translator: ITranslator | null): MapWidget {
  const content = new RoadmapMap(context, new MapModel());
  const widget = new MainAreaWidget({
    content,
    translator: translator ?? undefined
  });
  widget.id = 'llm-classroom-map';
  widget.title.label = context.trans.__('Roadmap');
  widget.title.caption = widget.title.label;
  widget.title.icon = roadmapIcon;
  // The map brings its own buttons.
  widget.toolbar.hide();
  return widget;
}
