namespace MLOps.Inference.Tabular;

#pragma warning disable CA1720 // They are called so.
/// <summary>What the cells of a column are.</summary>
public enum ColumnType
{
    /// <summary><see cref="string"/>; every column of a CSV.</summary>
    Text = 0,

    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="long"/>, whatever the width in the file.</summary>
    Integer,

    /// <summary><see cref="ulong"/>, of columns whose type is that.</summary>
    Unsigned,

    /// <summary><see cref="float"/>.</summary>
    Single,

    /// <summary><see cref="double"/>.</summary>
    Double,

    /// <summary><see cref="DateTime"/>, to the microsecond.</summary>
    Timestamp,
}
#pragma warning restore CA1720
