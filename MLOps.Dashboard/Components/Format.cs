using System.Globalization;

namespace MLOps.Dashboard.Components;

/// <summary>Figures as a desk reads them.</summary>
internal static class Format
{
    /// <summary>Six significant digits; NaN and infinities by name.</summary>
    public static string Number(double value) => value switch
    {
        double.NaN => "NaN",
        double.MaxValue or double.PositiveInfinity => "∞",
        double.MinValue or double.NegativeInfinity => "−∞",
        0 => "0",
        _ when Math.Abs(value) is >= 1e9 or < 1e-4 => value.ToString("0.####e0", CultureInfo.InvariantCulture),
        _ => value.ToString(Math.Abs(value) >= 1e5 ? "#,0.#" : "G6", CultureInfo.InvariantCulture),
    };

    /// <summary>Four significant digits, where room is short.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        >= 1e-3 and < 1e4 => value.ToString("G4", CultureInfo.InvariantCulture),
        >= 1e4 and < 1e7 => value.ToString("N0", CultureInfo.InvariantCulture),
        > 0 and < double.MaxValue => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        _ => Number(value),
    };

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    public static string Milliseconds(double? value) => value is { } ms
        ? ms.ToString(ms < 10 ? "0.00 ms" : "#,0 ms", CultureInfo.InvariantCulture)
        : "–";

    public static string Bytes(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var size = (double)bytes;
        var unit = 0;
        while (size >= 1024 && unit < units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalMilliseconds):0} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        { Hours: 0 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours} h"),
    };

    /// <summary>The time, where there is one: MLflow's clients write 0, the beginning of Unix time, for one that they do not know.</summary>
    public static DateTimeOffset? Known(DateTimeOffset? time) => time > DateTimeOffset.UnixEpoch ? time : null;

    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 5 } => "now",
        { TotalSeconds: < 60 } => $"{(int)age.TotalSeconds} s ago",
        { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes} min ago",
        { TotalHours: < 24 } => $"{(int)age.TotalHours} h ago",
        _ => $"{(int)age.TotalDays} d ago",
    };

    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
