/** The runtime for databases that are in no container: commands and files of this host. */
@NullMarked
package io.codeb.internal.host;

import org.jspecify.annotations.NullMarked;
