namespace MLOps.Silo.Training;

/// <summary>Says when a training will end, from the pace of the later half of its time so far: what comes first, reading and labelling, has a pace of its own.</summary>
internal sealed class ProgressRate(TimeProvider time)
{
    /// <summary>When there are more, every second one is forgotten.</summary>
    private const int MostPoints = 64;

    private readonly List<(long Time, double Fraction)> _points = [];
    private long _begin;

    /// <summary>When the training will end; null: too little is known.</summary>
    public DateTimeOffset? End
    {
        get
        {
            if (_points.Count < 2)
            {
                return null;
            }

            var last = _points[^1];
            var half = _begin + ((last.Time - _begin) / 2);
            var from = _points[Math.Min(_points.FindIndex(point => point.Time >= half), _points.Count - 2)];
            var pace = (last.Fraction - from.Fraction) / time.GetElapsedTime(from.Time, last.Time).TotalSeconds;
            if (!(pace > 0) || !double.IsFinite(pace))
            {
                return null;
            }

            // Counted from the last report: a training that has stalled does not seem to be about to end.
            var left = TimeSpan.FromSeconds(Math.Min((1 - last.Fraction) / pace, TimeSpan.FromDays(3650).TotalSeconds));
            var end = time.GetUtcNow() - time.GetElapsedTime(last.Time) + left;
            return end > time.GetUtcNow() ? end : time.GetUtcNow();
        }
    }

    /// <summary>A trainer takes the job up.</summary>
    public void Begin()
    {
        _points.Clear();
        _begin = time.GetTimestamp();
    }

    /// <param name="fraction">0..1.</param>
    public void Report(double fraction)
    {
        if (_points.Count > 0 && fraction <= _points[^1].Fraction)
        {
            return;
        }

        _points.Add((time.GetTimestamp(), fraction));
        if (_points.Count > MostPoints)
        {
            for (var i = _points.Count - 2; i > 0; i -= 2)
            {
                _points.RemoveAt(i);
            }
        }
    }
}
