/** Storage in a directory of this machine. */
@NullMarked
package io.codeb.storage.local;

import org.jspecify.annotations.NullMarked;
