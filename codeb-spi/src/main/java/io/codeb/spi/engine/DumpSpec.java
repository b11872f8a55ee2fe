package io.codeb.spi.engine;

import io.codeb.model.Selection;

/**
 * What to dump.
 *
 * @param selection which part of the database
 * @param globals whether roles and other globals of the server are dumped too
 * @param passwordHashes whether the globals hold the roles' password hashes
 */
public record DumpSpec(Selection selection, boolean globals, boolean passwordHashes) {}
