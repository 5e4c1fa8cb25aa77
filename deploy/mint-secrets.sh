#!/bin/sh
# Mints what must not have a default, once: the database's password and a token for each role.
# Services get the password and the tokens' hashes; the tokens themselves lie in /tokens alone, but for
# the reader's, with which the recorder asks the calculator what a replay would do.
set -eu
secrets=/secrets
tokens=/tokens
recorder=/recorder

random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

if [ ! -s "$secrets/spring.datasource.password" ]; then
  for role in emitter reader price-admin operator; do
    token="llmcost_$(random)"
    printf '%s' "$token" >"$tokens/$role"
    printf '%s' "$token" | sha256sum | cut -d ' ' -f 1 | tr -d '\n' >"$secrets/llmcost.security.tokens.$role"
  done
  password=$(random)
  printf 'apicurio.datasource.password=%s\n' "$password" >"$secrets/registry.properties"
  printf '%s' "$password" >"$secrets/spring.datasource.password"
  echo "minted a database password and a token for each role"
fi
if [ ! -s "$recorder/llmcost.recorder.calculator.token" ]; then
  cp "$tokens/reader" "$recorder/llmcost.recorder.calculator.token"
fi
# Read by containers of several users; the volumes are mounted nowhere else.
chmod 0444 "$secrets"/* "$tokens"/* "$recorder"/*
