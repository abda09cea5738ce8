"""The database's schema as append-only migrations, a file each, applied in the order of this list.

A migration that has been released is never edited: a change of the schema is a new file and a new line here.
"""

from sqlite_utils.migrations import Migrations

from storage.schema.m001_first import m001_first
from storage.schema.m002_statements import m002_statements
from storage.schema.m003_metadata import m003_metadata
from storage.schema.m005_structure import m005_structure
from storage.schema.m006_metadata import m006_metadata
from storage.schema.m007_alternates import m007_alternates
from storage.schema.m008_speakers import m008_speakers
from storage.schema.m009_stories import m009_stories
from storage.schema.m010_revisions import m010_revisions
from storage.schema.m011_provenance import m011_provenance
from storage.schema.m012_retention import m012_retention
from storage.schema.m013_views import m013_views
from storage.schema.m014_polling import m014_polling
from storage.schema.m015_incomplete import m015_incomplete
from storage.schema.m016_health import m016_health
from storage.schema.m017_alerts import m017_alerts
from storage.schema.m019_page_marks import m019_page_marks
from storage.schema.m020_matched_again import m020_matched_again
from storage.schema.m021_skeleton import m021_skeleton
from storage.schema.m022_image_credit import m022_image_credit
from storage.schema.m023_deliveries import m023_deliveries
from storage.schema.m024_access import m024_access
from storage.schema.m025_feedback import m025_feedback
from storage.schema.m026_listing import m026_listing
from storage.schema.m027_voices import m027_voices
from storage.schema.m028_retention import m028_retention
from storage.schema.m031_months import m031_months
from storage.schema.m032_matched import m032_matched
from storage.schema.m033_listing import m033_listing
from storage.schema.m034_indexing import m034_indexing
from storage.schema.m035_statement_ids import m035_statement_ids
from storage.schema.m036_targets_gone import m036_targets_gone

migrations = Migrations("policywire")

for migration in (
    m001_first,
    m002_statements,
    m003_metadata,
    m005_structure,
    m006_metadata,
    m007_alternates,
    m008_speakers,
    m009_stories,
    m010_revisions,
    m011_provenance,
    m012_retention,
    m013_views,
    m014_polling,
    m015_incomplete,
    m016_health,
    m017_alerts,
    m019_page_marks,
    m020_matched_again,
    m021_skeleton,
    m022_image_credit,
    m023_deliveries,
    m024_access,
    m025_feedback,
    m026_listing,
    m027_voices,
    m028_retention,
    m031_months,
    m032_matched,
    m033_listing,
    m034_indexing,
    m035_statement_ids,
    m036_targets_gone,
):
    migrations()(migration)
