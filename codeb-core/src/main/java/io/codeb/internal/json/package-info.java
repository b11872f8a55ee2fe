/** CodeB's values in an application's own JSON. */
@NullMarked
package io.codeb.internal.json;

import org.jspecify.annotations.NullMarked;
