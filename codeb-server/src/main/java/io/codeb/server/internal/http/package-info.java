/** Requests to routes, answers and problems, and what describes them. */
@NullMarked
package io.codeb.server.internal.http;

import org.jspecify.annotations.NullMarked;
