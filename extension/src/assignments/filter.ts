import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { Model } from '../model';
import { Filter } from './status';

/** Which assignments the side panel shows; kept in the settings, where there are any. */
export class FilterModel extends Model {
  get filter(): Filter {
    return this._filter;
  }

  /** Choose a filter; one that cannot be kept holds until the page is left. */
  async choose(filter: Filter): Promise<void> {
    this._set(filter);
    await this._settings?.set('filter', filter);
  }

  /** Take over what the settings say, now and whenever they change. */
  keepIn(settings: ISettingRegistry.ISettings): void {
    const read = (): void => this._set(settings.composite.filter as Filter);
    this._settings = settings;
    settings.changed.connect(read);
    read();
  }

  private _set(filter: Filter): void {
    if (filter !== this._filter) {
      this._filter = filter;
      this._changed.emit();
    }
  }

  private _filter: Filter = 'all';
  private _settings: ISettingRegistry.ISettings | null = null;
}
