/** How projects' backups are: what is known of each, and one word for it. Computes only, and touches nothing. */
@NullMarked
package io.codeb.status;

import org.jspecify.annotations.NullMarked;
