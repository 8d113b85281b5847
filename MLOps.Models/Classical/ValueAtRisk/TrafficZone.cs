namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Zones of the Basel committee's traffic light.</summary>
public enum TrafficZone
{
    Green = 0,

    /// <summary>So many exceptions or fewer have at least 95 % probability under a right model.</summary>
    Yellow,

    /// <summary>… at least 99.99 %.</summary>
    Red,
}
