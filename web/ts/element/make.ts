import { follow, type Component, type Market } from "../chart/index.js";
import type { Depth } from "../types.js";
import { attributeOf, flag, propertyOf, type Attribute } from "./attributes.js";
import { lease } from "./shared.js";

/** What an element is made of. */
export interface Kind {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Options that no text can say. */
  readonly properties?: readonly string[];
  /** Events after which an option is another: the reader has chosen. What it gives are the properties that change. */
  readonly chosen?: Readonly<Record<string, (detail: unknown) => Readonly<Record<string, unknown>>>>;
  create(root: ShadowRoot, options: Readonly<Record<string, unknown>>): Component;
}

/** Those are not options of a component: when one of them changes, something else is followed. */
const followed = ["symbol", "depth", "client"];
const warned = new Set<string>();

function warn(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  console.warn(text);
}

/** The class of an element. Call it only where there are elements. */
export function makeElement(kind: Kind): CustomElementConstructor {
  const { tag, attributes, properties = [], chosen = {} } = kind;
  const names = Object.keys(attributes);

  class Made extends HTMLElement {
    static readonly observedAttributes = names;
    readonly #root = this.attachShadow({ mode: "open" });
    /** The last that were valid, by property. */
    readonly #values = new Map<string, unknown>();
    readonly #changed = new Set<string>();
    #component: Component | undefined;
    #end: (() => void) | undefined;
    #leaving: ReturnType<typeof setTimeout> | undefined;

    static {
      const define = (name: string, set: (of: Made, value: unknown) => void, unset?: unknown): void => {
        Object.defineProperty(this.prototype, name, {
          configurable: true,
          enumerable: true,
          get(this: Made) {
            return this.#values.get(name) ?? unset;
          },
          set(this: Made, value: unknown) {
            set(this, value ?? undefined);
          },
        });
      };
      for (const name of names) {
        const isFlag = attributes[name] === flag; // there or not, as with the elements of HTML: a style asks for [open]
        define(propertyOf(name), (of, value) => {
          if (value === undefined || (isFlag && value === false)) of.removeAttribute(name);
          else of.setAttribute(name, isFlag && value === true ? "" : String(value));
        }, isFlag ? false : undefined);
      }
      for (const name of [...properties, "client"]) define(name, (of, value) => of.#change(name, value));
    }

    constructor() {
      super();
      // What was set before there was this class hides the accessors.
      for (const name of [...names.map(propertyOf), ...properties, "client"]) {
        if (!Object.hasOwn(this, name)) continue;
        const value: unknown = Reflect.get(this, name);
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, value);
      }
      for (const name of names) this.attributeChangedCallback(name); // nobody calls it for what is set in here
    }

    /** What is shown; undefined while the element is in no document. */
    get component(): Component | undefined {
      return this.#component;
    }

    connectedCallback(): void {
      clearTimeout(this.#leaving);
      if (this.#component) return; // moved
      const options = Object.fromEntries([...this.#values].filter(([name]) => !followed.includes(name)));
      this.#component = kind.create(this.#root, options);
      this.#component.onEvent = (type, detail) => this.#tell(type, detail);
      this.#changed.clear();
      this.#follow();
    }

    /** Whoever moves an element takes it away first. */
    disconnectedCallback(): void {
      clearTimeout(this.#leaving);
      this.#leaving = setTimeout(() => {
        this.#end?.();
        this.#component?.destroy();
        this.#end = this.#component = undefined;
      });
    }

    /** Looks at the attribute as it is now: while an element is upgraded, it may be called with what was. */
    attributeChangedCallback(name: string): void {
      const attribute = attributes[name];
      if (!attribute) return;
      const text = this.getAttribute(name);
      const property = propertyOf(name);
      const given = text === null || (text === "" && attribute !== flag) ? undefined : text.trim();
      const value = given === undefined ? undefined : attribute.parse(given);
      if (value !== undefined || given === undefined) return this.#change(property, value);
      const last = this.#values.get(property);
      const stays = last === undefined ? "the default" : String(last);
      warn(`<${tag}>: ${name}="${text}" cannot be; allowed: ${attribute.allowed}. It stays ${stays}.`);
    }

    #change(property: string, value: unknown): void {
      if (this.#values.get(property) === value) return;
      this.#values.set(property, value);
      if (!this.#component) return;
      if (this.#changed.size === 0) queueMicrotask(() => this.#apply()); // all that is set in one go
      this.#changed.add(property);
    }

    #apply(): void {
      const changed = [...this.#changed];
      this.#changed.clear();
      const options = changed.filter((name) => !followed.includes(name)).map((name) => [name, this.#values.get(name)]);
      if (options.length > 0) this.#component?.set(Object.fromEntries(options) as object);
      if (changed.some((name) => followed.includes(name))) this.#follow();
    }

    #follow(): void {
      const component = this.#component;
      const former = this.#end;
      this.#end = undefined;
      const symbol = this.#values.get("symbol") as string | undefined;
      if (component && symbol !== undefined) {
        const own = this.#values.get("client") as Market | PromiseLike<Market> | undefined;
        const share = own === undefined ? lease(() => this.#follow()) : undefined;
        let ended = false;
        let stop = (): void => {};
        const fail = (error: unknown): void => {
          if (!ended) this.#fail(symbol, error);
        };
        Promise.resolve(own ?? share!.client)
          .then((market) => {
            if (!ended) stop = follow(component, market, symbol, { depth: this.#values.get("depth") as Depth | undefined, onError: fail });
          })
          .catch(fail);
        this.#end = () => {
          ended = true;
          stop();
          share?.release();
        };
      } else {
        component?.update(undefined);
      }
      former?.(); // after the new share was taken: the shared client is not let go of in between
    }

    #tell(type: string, detail: unknown): void {
      for (const [property, value] of Object.entries(chosen[type]?.(detail) ?? {})) Reflect.set(this, property, value);
      this.dispatchEvent(new CustomEvent(`hadal-${attributeOf(type)}`, { detail, bubbles: true, composed: true }));
    }

    #fail(symbol: string, error: unknown): void {
      const event = new CustomEvent("hadal-error", { detail: error, bubbles: true, composed: true, cancelable: true });
      if (this.dispatchEvent(event)) console.error(`<${tag} symbol="${symbol}">:`, error);
    }
  }

  return Made;
}
