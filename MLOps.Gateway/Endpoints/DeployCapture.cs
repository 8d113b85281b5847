using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>What a deployment keeps of requests.</summary>
internal sealed record DeployCapture(double? SampleRate = null, int? MaxBytes = null, long? Keep = null, double? RetentionHours = null, bool? EveryRequest = null)
{
    private const double MillisecondsPerHour = 3_600_000;

    public CaptureSpec ToSpec()
    {
        var capture = new CaptureSpec();
        return new CaptureSpec(
            SampleRate ?? capture.SampleRate,
            MaxBytes ?? capture.MaxBytes,
            Keep ?? capture.Keep,
            RetentionHours is { } hours ? (long)Math.Clamp(hours * MillisecondsPerHour, 0, 1e15) : capture.RetentionMs,
            EveryRequest ?? capture.EveryRequest);
    }

    public static DeployCapture? Of(CaptureSpec? capture) => capture is null
        ? null
        : new(capture.SampleRate, capture.MaxBytes, capture.Keep, capture.RetentionMs / MillisecondsPerHour, capture.EveryRequest);
}
