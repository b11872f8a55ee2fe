/** Which backups stay and which go: policies, and plans that say why. Computes only, and touches nothing. */
@NullMarked
package io.codeb.retention;

import org.jspecify.annotations.NullMarked;
