/** Storages and runtimes that fail on demand: at any call, at any byte, before or after the deed. */
@NullMarked
package io.codeb.tck.fault;

import org.jspecify.annotations.NullMarked;
