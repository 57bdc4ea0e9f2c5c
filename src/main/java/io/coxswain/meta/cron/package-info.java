/**
 * Schedules in cron's five fields. Knows nothing of jobs or of the API. Entry:
 * {@link io.coxswain.meta.cron.CronSchedule}. Imports nothing of the project.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.cron;
