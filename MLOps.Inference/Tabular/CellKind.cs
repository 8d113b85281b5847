namespace MLOps.Inference.Tabular;

#pragma warning disable CA1720 // They are called so.
/// <summary>What a <see cref="Cell"/> holds.</summary>
public enum CellKind
{
    /// <summary>A missing value.</summary>
    Null = 0,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number that <see cref="long"/> holds.</summary>
    Integer,

    /// <summary>A whole number over those.</summary>
    Unsigned,

    /// <summary>Any other number.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A list or an object, in JSON alone.</summary>
    Nested,
}
#pragma warning restore CA1720
