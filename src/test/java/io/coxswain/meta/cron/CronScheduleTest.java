package io.coxswain.meta.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables after the documented rules of robfig/cron's standard parser. */
class CronScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0/15 * * * * | 2012-07-09T14:45:00Z | 2012-07-09T15:00:00Z",
                "*/15 * * * * | 2012-07-09T14:59:59Z | 2012-07-09T15:00:00Z",
                "20-35/15 * * * * | 2012-07-09T15:45:00Z | 2012-07-09T16:20:00Z",
                "* * * * * | 2012-07-09T14:46:01Z | 2012-07-09T14:47:00Z",
                "15/35 20-23 * * * | 2012-07-09T23:46:00Z | 2012-07-09T23:50:00Z",
                "15/35 20-23 * * * | 2012-07-09T23:51:00Z | 2012-07-10T20:15:00Z",
                "0 0 9 apr-oct ? | 2012-10-10T00:00:00Z | 2013-04-09T00:00:00Z",
                "0 0 * Feb Mon | 2012-07-09T23:35:00Z | 2013-02-04T00:00:00Z",
                "0 0 29 2 * | 2012-07-09T23:35:00Z | 2016-02-29T00:00:00Z",
                "30 12 * * MON-FRI | 2012-07-13T12:30:00Z | 2012-07-16T12:30:00Z",
                "0 0 * * 0 | 2012-07-09T00:00:00Z | 2012-07-15T00:00:00Z",
                "1,,3 * * * * | 2012-07-09T14:01:00Z | 2012-07-09T14:03:00Z",
                "@hourly | 2012-07-09T15:00:00Z | 2012-07-09T16:00:00Z",
                "@daily | 2012-07-09T15:00:00Z | 2012-07-10T00:00:00Z",
                "@weekly | 2012-07-09T15:00:00Z | 2012-07-15T00:00:00Z",
                "@monthly | 2012-07-09T15:00:00Z | 2012-08-01T00:00:00Z",
                "@annually | 2012-07-09T15:00:00Z | 2013-01-01T00:00:00Z",
                "@every 1h30m | 2012-07-09T15:00:00.5Z | 2012-07-09T16:30:00Z",
                "@every 10ms | 2012-07-09T15:00:00.5Z | 2012-07-09T15:00:01Z",
            })
    void findsTheNextTime(String schedule, String after, String next) {
        assertThat(CronSchedule.parse(schedule).next(Instant.parse(after), ZoneOffset.UTC))
                .contains(Instant.parse(next));
    }

    /** Both day fields limited: either will do. One of them a star: both must match. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 1,15 * Sun | 2012-07-15T00:00:00Z | true",
                "0 0 1,15 * Sun | 2012-06-15T00:00:00Z | true",
                "0 0 1,15 * Sun | 2012-08-05T00:00:00Z | true",
                "0 0 * * Mon | 2012-07-15T00:00:00Z | false",
                "0 0 1,15 * * | 2012-07-09T00:00:00Z | false",
                "0 0 1,15 * * | 2012-07-15T00:00:00Z | true",
                "0 0 */2 * Sun | 2012-07-15T00:00:00Z | true",
                "0 0 */10 * Sun | 2012-07-15T00:00:00Z | true",
                "0 0 1/7 * Sun | 2012-07-22T00:00:00Z | true",
            })
    void matchesDays(String schedule, String time, boolean matches) {
        Instant instant = Instant.parse(time);
        boolean hit = CronSchedule.parse(schedule)
                .next(instant.minusSeconds(1), ZoneOffset.UTC)
                .filter(instant::equals)
                .isPresent();
        assertThat(hit).isEqualTo(matches);
    }

    /** New York 2012: at 2:00 on March 11 clocks go to 3:00, at 2:00 on November 4 back to 1:00. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 * * * * | 2012-03-11T00:00:00-05:00 | 2012-03-11T01:00:00-05:00",
                "0 * * * * | 2012-03-11T01:00:00-05:00 | 2012-03-11T03:00:00-04:00",
                "0 2 * * * | 2012-03-11T00:00:00-05:00 | 2012-03-12T02:00:00-04:00",
                "30 2 11 Mar ? | 2012-03-11T00:00:00-05:00 | 2013-03-11T02:30:00-04:00",
                "0 * * * * | 2012-11-04T01:00:00-04:00 | 2012-11-04T01:00:00-05:00",
                "0 * * * * | 2012-11-04T01:00:00-05:00 | 2012-11-04T02:00:00-05:00",
                "0 1 * * * | 2012-11-04T00:00:00-04:00 | 2012-11-04T01:00:00-04:00",
                "0 1 * * * | 2012-11-04T01:00:00-04:00 | 2012-11-04T01:00:00-05:00",
                "0 3 * * * | 2012-11-04T00:00:00-04:00 | 2012-11-04T03:00:00-05:00",
            })
    void followsChangesOfTheClocks(String schedule, String after, String next) {
        assertThat(CronSchedule.parse(schedule)
                        .next(OffsetDateTime.parse(after).toInstant(), ZoneId.of("America/New_York")))
                .contains(OffsetDateTime.parse(next).toInstant());
    }

    /** Sao Paulo 2018: midnight of November 4 does not exist. */
    @Test
    void daysWithoutMidnightBeginAtOne() {
        ZoneId zone = ZoneId.of("America/Sao_Paulo");
        assertThat(CronSchedule.parse("15 9 4 * *").next(Instant.parse("2018-11-03T12:00:00Z"), zone))
                .contains(Instant.parse("2018-11-04T11:15:00Z"));
    }

    @ParameterizedTest
    @CsvSource({"0 0 30 Feb ?", "0 0 31 Apr *", "59 23 31 2 *"})
    void someTimesNeverCome(String schedule) {
        assertThat(CronSchedule.parse(schedule).next(Instant.parse("2012-07-09T23:35:00Z"), ZoneOffset.UTC))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|empty spec string",
                "* * * *|expected exactly 5 fields, found 4: [* * * *]",
                "* * * * * *|expected exactly 5 fields, found 6: [* * * * * *]",
                "60 * * * *|end of range (60) above maximum (59): 60",
                "* 24 * * *|end of range (24) above maximum (23): 24",
                "* * 0 * *|beginning of range (0) below minimum (1): 0",
                "* * * 13 *|end of range (13) above maximum (12): 13",
                "* * * * 7|end of range (7) above maximum (6): 7",
                "5-3 * * * *|beginning of range (5) beyond end of range (3): 5-3",
                "*/0 * * * *|step of range should be a positive number: */0",
                "1-2-3 * * * *|too many hyphens: 1-2-3",
                "1/2/3 * * * *|too many slashes: 1/2/3",
                "jan * * * *|failed to parse int from jan: strconv.Atoi: parsing \"jan\": invalid syntax",
                "-1 * * * *|failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax",
                "99999999999999999999 * * * *|end of range (1000000) above maximum (59): 99999999999999999999",
                "@unrecognized|unrecognized descriptor: @unrecognized",
                "@every 5x|failed to parse duration @every 5x: time: invalid duration \"5x\"",
            })
    void saysWhatIsWrong(String schedule, String fault) {
        assertThat(CronSchedule.fault(schedule)).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({"1h, 3600000", "1.5s, 1500", ".5m, 30000", "1h2m3s4ms, 3723004", "0, 0", "-2s, -2000"})
    void readsDurations(String text, long millis) {
        assertThat(GoDuration.parse(text))
                .hasValueSatisfying(length -> assertThat(length.toMillis()).isEqualTo(millis));
    }

    @ParameterizedTest
    @CsvSource({"5", "h", "1d", "1h-2m", "9999999999h"})
    void refusesWhatIsNoDuration(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }
}
