package io.codeb.postgresql.internal.restore;

import io.codeb.model.Leftover;

/**
 * A session in the server that a run has opened.
 *
 * @param process of the server, that works for it
 * @param application its application_name, so that it is not taken for one that has got its process id since
 * @param leftover what is told of it
 */
record RunSession(int process, String application, Leftover leftover) {}
