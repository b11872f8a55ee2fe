/** JSON as it is written and read here. */
@NullMarked
package io.codeb.server.internal.json;

import org.jspecify.annotations.NullMarked;
