// Placeholders of a configuration for Nginx.

import { expect, it } from 'vitest';
import { renderNginxConfig } from '../../src/servers/nginx-config.ts';

it('fills every placeholder and leaves the variables of Nginx alone', () => {
  const placeholder = `$${'{BEFOREHAND_PORT}'}`;
  const template = `listen ${placeholder}; return 200 $host; # ${placeholder}`;
  const config = renderNginxConfig(template, { BEFOREHAND_PORT: 80 });
  expect(config).toBe('listen 80; return 200 $host; # 80');
});

it('refuses a placeholder without a value and a value without a place', () => {
  const template = `$${'{BEFOREHAND_PORT}'}`;
  expect(() => renderNginxConfig(template, {})).toThrow('BEFOREHAND_PORT');
  expect(() => renderNginxConfig('', { BEFOREHAND_PORT: 80 })).toThrow('no place for');
});

it.each(['"', "'", ';', '$host', '\\', '{', '\n'])('refuses %j in a value', (text) => {
  const template = `listen "$${'{BEFOREHAND_PORT}'}";`;
  expect(() => renderNginxConfig(template, { BEFOREHAND_PORT: text })).toThrow('means something');
});
