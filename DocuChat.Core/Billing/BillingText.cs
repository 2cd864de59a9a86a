using System.Globalization;

namespace DocuChat.Core.Billing;

/// <summary>Words, numbers and dates of invoices, in e-mails and on the payer's pages.</summary>
public abstract class BillingText
{
    private static readonly PersianCalendar Jalali = new();

    /// <summary>The text of a tenant's language; Persian unless it is <c>en</c>.</summary>
    public static BillingText Of(string? language) => language == "en" ? English.Instance : Persian.Instance;

    /// <summary><c>fa</c> or <c>en</c>.</summary>
    public abstract string Language { get; }

    /// <summary><c>rtl</c> or <c>ltr</c>.</summary>
    public abstract string Direction { get; }

    /// <summary>The language's name of the other language, and its code: for a switch.</summary>
    public abstract (string Language, string Name) Other { get; }

    public abstract string Invoice { get; }
    public abstract string InvoiceTitle(long id);
    public abstract string Greeting(string tenant);
    public abstract string InvoiceIntroduction { get; }
    public abstract string InvoiceSubject(long id, string amount);
    public abstract string ReceiptSubject(long id);
    public abstract string ReceiptIntroduction { get; }
    public abstract string ReminderSubject(long id);
    public abstract string ReminderIntroduction { get; }
    public abstract string Period { get; }
    public abstract string Tokens { get; }
    public abstract string Amount { get; }
    public abstract string AmountPaid { get; }
    public abstract string CarriedIn { get; }
    public abstract string DueAt { get; }
    public abstract string PaidAt { get; }
    public abstract string Reference { get; }
    public abstract string Card { get; }
    public abstract string Pay { get; }
    public abstract string PayNote { get; }
    public abstract string Organisation { get; }
    public abstract string Model { get; }
    public abstract string TokensIn { get; }
    public abstract string TokensOut { get; }
    public abstract string Late { get; }
    public abstract string Credit { get; }
    public abstract string PaidTitle { get; }
    public abstract string PaidNote { get; }
    public abstract string FailedTitle { get; }
    public abstract string FailedNote { get; }
    public abstract string CheckingTitle { get; }
    public abstract string CheckingNote { get; }
    public abstract string RefundTitle { get; }
    public abstract string RefundNote { get; }
    public abstract string VoidTitle { get; }
    public abstract string VoidNote { get; }
    public abstract string HeldTitle { get; }
    public abstract string HeldNote { get; }
    public abstract string ExpiredTitle { get; }
    public abstract string ExpiredNote { get; }
    public abstract string UnknownTitle { get; }
    public abstract string UnknownNote { get; }
    public abstract string GatewayTitle { get; }
    public abstract string GatewayNote { get; }
    public abstract string TryAgain { get; }
    public abstract string Budget { get; }
    public abstract string BudgetUsed { get; }
    public abstract string BudgetResets { get; }
    public abstract string BudgetWarningSubject(decimal percent);
    public abstract string BudgetWarningIntroduction { get; }
    public abstract string BudgetExhaustedSubject { get; }
    public abstract string BudgetExhaustedIntroduction { get; }
    public abstract string ToBudget { get; }
    public abstract string ToWeb { get; }

    /// <summary>An amount of Tomans with its unit: to the Rial for what is paid, exact for a line.</summary>
    public abstract string Tomans(decimal amount);

    /// <summary>A number of tokens with its unit.</summary>
    public abstract string TokenAmount(decimal tokens);

    public abstract string Number(decimal number);

    /// <summary>A date with its Jalali form.</summary>
    public abstract string Date(DateOnly date);

    /// <summary>A moment in the tenant's time zone.</summary>
    public string Moment(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        return $"{Date(DateOnly.FromDateTime(local.DateTime))}{Digits(local.ToString(" HH:mm", CultureInfo.InvariantCulture))}";
    }

    /// <summary>Year, month and day of a date in the Iranian calendar.</summary>
    public static (int Year, int Month, int Day) ToJalali(DateOnly date)
    {
        var noon = date.ToDateTime(new TimeOnly(12, 0));
        return (Jalali.GetYear(noon), Jalali.GetMonth(noon), Jalali.GetDayOfMonth(noon));
    }

    protected abstract string Digits(string text);

    protected static string Plain(decimal number) => number.ToString("#,0.##########", CultureInfo.InvariantCulture);

    private sealed class Persian : BillingText
    {
        public static readonly Persian Instance = new();
        private static readonly string[] Months = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

        public override string Language => "fa";
        public override string Direction => "rtl";
        public override (string Language, string Name) Other => ("en", "English");
        public override string Invoice => "صورت‌حساب";
        public override string InvoiceTitle(long id) => $"صورت‌حساب شمارهٔ {Digits(id.ToString(CultureInfo.InvariantCulture))}";
        public override string Greeting(string tenant) => $"سلام، مدیر محترم «{tenant}»";
        public override string InvoiceIntroduction => "صورت‌حساب مصرف شما در داکیوچت آماده است.";
        public override string InvoiceSubject(long id, string amount) => $"{InvoiceTitle(id)} داکیوچت: {amount}";
        public override string ReceiptSubject(long id) => $"رسید پرداخت {InvoiceTitle(id)} داکیوچت";
        public override string ReceiptIntroduction => "پرداخت شما انجام شد. سپاسگزاریم.";
        public override string ReminderSubject(long id) => $"یادآوری: مهلت پرداخت {InvoiceTitle(id)} گذشته است";
        public override string ReminderIntroduction => "مهلت پرداخت این صورت‌حساب گذشته است. تا زمان پرداخت، گفت‌وگوها فقط خواندنی‌اند و پرسش تازه پذیرفته نمی‌شود.";
        public override string Period => "دوره";
        public override string Tokens => "توکن‌ها";
        public override string Amount => "مبلغ قابل پرداخت";
        public override string AmountPaid => "مبلغ پرداخت‌شده";
        public override string CarriedIn => "مانده از صورت‌حساب پیشین";
        public override string DueAt => "مهلت پرداخت";
        public override string PaidAt => "زمان پرداخت";
        public override string Reference => "شمارهٔ مرجع";
        public override string Card => "کارت";
        public override string Pay => "پرداخت";
        public override string PayNote => "برای پرداخت به درگاه زیبال می‌روید.";
        public override string Organisation => "سازمان";
        public override string Model => "مدل";
        public override string TokensIn => "توکن ورودی";
        public override string TokensOut => "توکن خروجی";
        public override string Late => "اصلاح روز پیشین";
        public override string Credit => "بستانکاری";
        public override string PaidTitle => "پرداخت شد";
        public override string PaidNote => "این صورت‌حساب پرداخت شده است. رسید به نشانی ایمیل شما هم فرستاده می‌شود.";
        public override string FailedTitle => "پرداخت انجام نشد";
        public override string FailedNote => "مبلغی از حساب شما کم نشده است؛ اگر کم شده باشد، بانک آن را برمی‌گرداند. می‌توانید دوباره بپردازید.";
        public override string CheckingTitle => "در حال بررسی پرداخت";
        public override string CheckingNote => "درگاه هنوز پاسخ نداده است. ما خودمان پیگیری می‌کنیم و نتیجه را با ایمیل می‌فرستیم؛ دوباره نپردازید.";
        public override string RefundTitle => "این پرداخت بازگردانده می‌شود";
        public override string RefundNote => "این صورت‌حساب نیازی به این پرداخت نداشت یا مبلغ آن یکی نبود. پرداخت ثبت شد و مبلغ آن به شما بازمی‌گردد.";
        public override string VoidTitle => "این صورت‌حساب باطل شده است";
        public override string VoidNote => "نیازی به پرداخت نیست.";
        public override string HeldTitle => "این صورت‌حساب در حال بررسی است";
        public override string HeldNote => "پس از بررسی برای شما فرستاده می‌شود؛ اکنون نیازی به پرداخت نیست.";
        public override string ExpiredTitle => "این پیوند دیگر کار نمی‌کند";
        public override string ExpiredNote => "زمان این پیوند گذشته است. برای پرداخت، وارد داکیوچت شوید و صورت‌حساب را از آنجا بپردازید.";
        public override string UnknownTitle => "چنین پرداختی نداریم";
        public override string UnknownNote => "نشانی را بررسی کنید یا پیوند ایمیل را دوباره باز کنید.";
        public override string GatewayTitle => "درگاه پرداخت پاسخ نمی‌دهد";
        public override string GatewayNote => "مبلغی از شما کم نشده است. چند دقیقهٔ دیگر دوباره تلاش کنید.";
        public override string TryAgain => "تلاش دوباره";
        public override string Budget => "بودجهٔ این ماه";
        public override string BudgetUsed => "مصرف تا اکنون";
        public override string BudgetResets => "آغاز ماه بعد";
        public override string BudgetWarningSubject(decimal percent) => $"هشدار: {Number(percent)}٪ بودجهٔ این ماه داکیوچت مصرف شده است";
        public override string BudgetWarningIntroduction => "بیشتر بودجهٔ این ماه سازمان شما مصرف شده است. اگر تمام شود، تا آغاز ماه بعد به پرسش تازه‌ای پاسخ داده نمی‌شود و سند تازه‌ای پردازش نمی‌شود. مالک یا مدیر سازمان می‌تواند بودجه را بیشتر کند.";
        public override string BudgetExhaustedSubject => "بودجهٔ این ماه داکیوچت تمام شده است";
        public override string ToBudget => "مصرف و بودجه";
        public override string BudgetExhaustedIntroduction => "بودجهٔ این ماه سازمان شما تمام شده، یا باقی‌ماندهٔ آن برای پرسش بعدی کافی نیست. تا آغاز ماه بعد، یا تا وقتی که مالک یا مدیر سازمان بودجه را بیشتر کند، به پرسش تازه‌ای پاسخ داده نمی‌شود و سند تازه‌ای پردازش نمی‌شود. آنچه دارید همچنان خواندنی است.";
        public override string ToWeb => "دیدن صورت‌حساب در داکیوچت";

        public override string Tomans(decimal amount) => $"{Number(amount)} تومان";

        public override string TokenAmount(decimal tokens) => $"{Number(tokens)} توکن";

        public override string Number(decimal number) => Digits(Plain(number).Replace(',', '٬').Replace('.', '٫'));

        public override string Date(DateOnly date)
        {
            var (year, month, day) = ToJalali(date);
            return Digits($"{day} {Months[month - 1]} {year}");
        }

        protected override string Digits(string text) => string.Create(text.Length, text, (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiDigit(from[i]) ? (char)(from[i] - '0' + '۰') : from[i];
        });
    }

    private sealed class English : BillingText
    {
        public static readonly English Instance = new();
        private static readonly string[] Months = ["Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar", "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"];

        public override string Language => "en";
        public override string Direction => "ltr";
        public override (string Language, string Name) Other => ("fa", "فارسی");
        public override string Invoice => "Invoice";
        public override string InvoiceTitle(long id) => $"Invoice {id.ToString(CultureInfo.InvariantCulture)}";
        public override string Greeting(string tenant) => $"Hello {tenant}";
        public override string InvoiceIntroduction => "Your DocuChat invoice is ready.";
        public override string InvoiceSubject(long id, string amount) => $"DocuChat invoice {id.ToString(CultureInfo.InvariantCulture)}: {amount}";
        public override string ReceiptSubject(long id) => $"Receipt for DocuChat invoice {id.ToString(CultureInfo.InvariantCulture)}";
        public override string ReceiptIntroduction => "Your payment has arrived. Thank you.";
        public override string ReminderSubject(long id) => $"Reminder: DocuChat invoice {id.ToString(CultureInfo.InvariantCulture)} is overdue";
        public override string ReminderIntroduction => "This invoice is overdue. Until it is paid, conversations can be read and no new question can be asked.";
        public override string Period => "Period";
        public override string Tokens => "Tokens";
        public override string Amount => "Amount to pay";
        public override string AmountPaid => "Amount paid";
        public override string CarriedIn => "Carried from the invoice before";
        public override string DueAt => "Due";
        public override string PaidAt => "Paid";
        public override string Reference => "Reference";
        public override string Card => "Card";
        public override string Pay => "Pay";
        public override string PayNote => "You will pay at the Zibal gateway.";
        public override string Organisation => "Organisation";
        public override string Model => "Model";
        public override string TokensIn => "Tokens in";
        public override string TokensOut => "Tokens out";
        public override string Late => "Adjustment for an earlier day";
        public override string Credit => "Credit";
        public override string PaidTitle => "Paid";
        public override string PaidNote => "This invoice is paid. The receipt also comes by e-mail.";
        public override string FailedTitle => "The payment did not go through";
        public override string FailedNote => "No money was taken; should your bank show otherwise, it gives it back. You can pay again.";
        public override string CheckingTitle => "We are checking your payment";
        public override string CheckingNote => "The gateway has not answered yet. We keep asking and send you the result by e-mail; please do not pay again.";
        public override string RefundTitle => "This payment will be refunded";
        public override string RefundNote => "The invoice did not need this payment, or its amount was another. It is recorded, and you get the money back.";
        public override string VoidTitle => "This invoice was withdrawn";
        public override string VoidNote => "There is nothing to pay.";
        public override string HeldTitle => "This invoice is being checked";
        public override string HeldNote => "It is sent to you after the check; there is nothing to pay now.";
        public override string ExpiredTitle => "This link no longer works";
        public override string ExpiredNote => "Its time is over. Sign in to DocuChat and pay the invoice there.";
        public override string UnknownTitle => "There is no such payment";
        public override string UnknownNote => "Check the address, or open the link in the e-mail again.";
        public override string GatewayTitle => "The payment gateway does not answer";
        public override string GatewayNote => "No money was taken. Try again in a few minutes.";
        public override string TryAgain => "Try again";
        public override string Budget => "Budget of this month";
        public override string BudgetUsed => "Used so far";
        public override string BudgetResets => "Next month begins";
        public override string BudgetWarningSubject(decimal percent) => $"{Number(percent)} % of this month's DocuChat budget is used";
        public override string BudgetWarningIntroduction => "Most of your organisation's budget of this month is used. Once it is used up, no new question is answered and no new document processed until the next month begins. An owner or admin can raise it.";
        public override string BudgetExhaustedSubject => "This month's DocuChat budget is used up";
        public override string ToBudget => "Usage and budget";
        public override string BudgetExhaustedIntroduction => "Your organisation's budget of this month is used up, or what is left is less than the next question may take. Until the next month begins, or an owner or admin raises it, no new question is answered and no new document processed. All that you have can still be read.";
        public override string ToWeb => "See the invoice in DocuChat";

        public override string Tomans(decimal amount) => $"{Number(amount)} Tomans";

        public override string TokenAmount(decimal tokens) => $"{Number(tokens)} tokens";

        public override string Number(decimal number) => Plain(number);

        public override string Date(DateOnly date)
        {
            var (year, month, day) = ToJalali(date);
            return string.Create(CultureInfo.InvariantCulture, $"{date:d MMMM yyyy} ({day} {Months[month - 1]} {year})");
        }

        protected override string Digits(string text) => text;
    }
}
