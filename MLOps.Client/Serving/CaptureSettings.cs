namespace MLOps.Client.Serving;

/// <summary>What an endpoint keeps of requests and answers.</summary>
public sealed record CaptureSettings(double? SampleRate = null, int? MaxBytes = null, long? Keep = null, double? RetentionHours = null, bool? EveryRequest = null);
