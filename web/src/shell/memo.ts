// A component that renders again only for other props: `memo` of React, without the rest of its library.
import { type Component, type ComponentChild, createElement, type FunctionComponent } from "preact";

/** The component, which is not rendered again while each of its props is the same value. */
export function memo<Props extends object>(
  render: FunctionComponent<Props>,
): FunctionComponent<Props> {
  return function Memo(this: Component<Props>, props: Props): ComponentChild {
    this.shouldComponentUpdate = (next) => differ(props, next);
    return createElement(render, props);
  };
}

function differ(one: object, other: object): boolean {
  const before = Object.entries(one);
  const after = new Map(Object.entries(other));
  return (
    before.length !== after.size ||
    before.some(([name, value]) => !Object.is(after.get(name), value))
  );
}
