/** Notices what goes wrong, decides what of it is told, and brings it to the channels. */
@NullMarked
package io.codeb.internal.alert;

import org.jspecify.annotations.NullMarked;
