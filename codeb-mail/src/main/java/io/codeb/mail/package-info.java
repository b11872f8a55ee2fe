/** Alerts by e-mail. */
@NullMarked
package io.codeb.mail;

import org.jspecify.annotations.NullMarked;
