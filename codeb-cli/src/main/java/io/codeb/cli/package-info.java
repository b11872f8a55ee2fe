/** The command {@code codeb}: the library's services on a command line, and nothing beside them. */
@NullMarked
package io.codeb.cli;

import org.jspecify.annotations.NullMarked;
