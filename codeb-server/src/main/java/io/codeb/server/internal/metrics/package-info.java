/** What Prometheus is told of a server. */
@NullMarked
package io.codeb.server.internal.metrics;

import org.jspecify.annotations.NullMarked;
