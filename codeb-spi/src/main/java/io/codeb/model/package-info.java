/** Values that cross every boundary of the library: names, manifests, results, secrets, cancellation. */
@NullMarked
package io.codeb.model;

import org.jspecify.annotations.NullMarked;
