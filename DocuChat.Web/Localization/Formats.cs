using System.Globalization;
using Microsoft.Extensions.Localization;

namespace DocuChat.Web.Localization;

/// <summary>Numbers, amounts, times and dates as people read them: Persian digits and the Jalali calendar in Persian.</summary>
internal sealed class Formats(IStringLocalizer<Texts> texts, TimeProvider time)
{
    private static readonly string[] JalaliMonths = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];
    private static readonly string[] JalaliWeekdays = ["یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه"];
    private static readonly PersianCalendar Jalali = new();
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary>Stands before its number in both directions of writing.</summary>
    private const string Minus = "\u200E\u2212";

    private static bool Persian => Language.Current == Language.Persian;

    /// <summary>The tenant's time zone; dates are told in it.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>A whole or decimal number with separators of thousands.</summary>
    public static string Number(decimal value, int decimals = 0)
    {
        var text = Localized(Math.Abs(value).ToString(decimals == 0 ? "#,0" : "#,0." + new string('#', decimals), CultureInfo.InvariantCulture));
        return value < 0 && text.Any(letter => letter is (>= '1' and <= '9') or (>= '۱' and <= '۹')) ? Minus + text : text;
    }

    /// <summary>A difference in percent, with its sign.</summary>
    public static string Signed(double share)
    {
        var text = Math.Abs(share * 100).ToString("0.##", CultureInfo.InvariantCulture);
        var sign = text == "0" ? "" : share < 0 ? Minus : "\u200E+";
        return Persian ? $"{sign}{Localized(text)}٪" : $"{sign}{text}%";
    }

    /// <summary>A number that is a label (a page, a citation), without separators.</summary>
    public static string Digits(long value) => Localized(value.ToString(CultureInfo.InvariantCulture));

    public static string Percent(double value) => Persian ? Localized(value.ToString("0.#", CultureInfo.InvariantCulture)) + "٪" : value.ToString("0.#", CultureInfo.InvariantCulture) + "%";

    /// <summary>Tomans: whole from 100 on, with the hundredths that matter below.</summary>
    public string Tomans(decimal amount) => texts["Format.Tomans", Number(amount, Math.Abs(amount) >= 100 ? 0 : 2)];

    /// <summary>Tomans to the last digit that matters: what is to be paid, or was.</summary>
    public string ExactTomans(decimal amount) => texts["Format.Tomans", Number(amount, 10)];

    public string Seconds(double seconds) => texts["Format.Seconds", Number((decimal)seconds, seconds < 10 ? 1 : 0)];

    public string Bytes(long bytes) =>
        bytes switch
        {
            < 1024 => texts["Format.Bytes", Number(bytes)],
            < 1024 * 1024 => texts["Format.Kilobytes", Number(bytes / 1024m)],
            _ => texts["Format.Megabytes", Number(bytes / (1024m * 1024m), 1)],
        };

    /// <summary>A day, without its year when that is this year.</summary>
    public string Day(DateTimeOffset moment)
    {
        var (local, now) = (In(moment), In(time.GetUtcNow()));
        if (local.Date == now.Date)
            return texts["Format.Today"];
        if (local.Date == now.Date.AddDays(-1))
            return texts["Format.Yesterday"];
        return Date(DateOnly.FromDateTime(local.DateTime), YearOf(local) != YearOf(now));
    }

    public string DayAndTime(DateTimeOffset moment) => texts["Format.DayAndTime", Day(moment), Clock(moment)];

    public string Clock(DateTimeOffset moment) => Localized(In(moment).ToString("HH:mm", CultureInfo.InvariantCulture));

    public static string Date(DateOnly date, bool withYear)
    {
        if (!Persian)
            return date.ToString(withYear ? "d MMM yyyy" : "d MMM", English);
        var day = date.ToDateTime(TimeOnly.MinValue);
        var text = $"{Jalali.GetDayOfMonth(day)} {JalaliMonths[Jalali.GetMonth(day) - 1]}";
        return Localized(withYear ? $"{text} {Jalali.GetYear(day)}" : text);
    }

    public static string Weekday(DateOnly date) => Persian ? JalaliWeekdays[(int)date.DayOfWeek] : date.ToString("ddd", English);

    /// <summary>The month that a day is in, in the language's calendar.</summary>
    public static string Month(DateOnly date)
    {
        if (!Persian)
            return date.ToString("MMMM yyyy", English);
        var day = date.ToDateTime(TimeOnly.MinValue);
        return Localized($"{JalaliMonths[Jalali.GetMonth(day) - 1]} {Jalali.GetYear(day)}");
    }

    public DateTimeOffset In(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);

    private static int YearOf(DateTimeOffset moment) => Persian ? Jalali.GetYear(moment.DateTime) : moment.Year;

    // Persian writes ۱٬۲۳۴٫۵: its own digits, U+066C between thousands, U+066B before the fraction.
    private static string Localized(string text) =>
        !Persian
            ? text
            : string.Create(
                text.Length,
                text,
                static (span, source) =>
                {
                    for (var i = 0; i < source.Length; i++)
                        span[i] = source[i] switch
                        {
                            >= '0' and <= '9' => (char)('۰' + source[i] - '0'),
                            ',' => '٬',
                            '.' => '٫',
                            var other => other,
                        };
                }
            );
}
